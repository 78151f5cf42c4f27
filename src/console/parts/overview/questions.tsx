import { NativeSelect, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormatter, useTranslations } from 'use-intl';
import { typebotsQuery } from '../../api/queries.js';
import { questionsQuery } from '../../api/statistics.js';
import type { Questions as QuestionsView } from '../../api/wire.js';
import { Trouble, Waiting } from '../states.js';

interface QuestionsProps {
  instance: string;
  typebot: string | undefined;
  onPick(typebot: string): void;
}

/** Open questions of a typebot: how many contacts are at each, for how long, and how often it was misunderstood. */
export function Questions({ instance, typebot, onPick }: QuestionsProps) {
  const t = useTranslations('overview');
  const { data: typebots = [] } = useQuery(typebotsQuery(instance));
  const isOfInstance = typebots.some(({ typebot_id: id }) => id === typebot);
  const shown = isOfInstance ? typebot : typebots[0]?.typebot_id;
  return (
    <section className="card" aria-labelledby="questions">
      <div className="card-head">
        <Title order={2} size="h5" id="questions">
          {t('questions')}
        </Title>
        {typebots.length > 1 && (
          <NativeSelect
            aria-label={t('typebot')}
            value={shown}
            onChange={(event) => onPick(event.currentTarget.value)}
            data={typebots.map((one) => ({
              value: one.typebot_id,
              label: one.description || one.public_id,
            }))}
          />
        )}
      </div>
      {shown === undefined ? (
        <Text c="dimmed">{t('noTypebot')}</Text>
      ) : (
        <Table instance={instance} typebot={shown} />
      )}
    </section>
  );
}

function Table({ instance, typebot }: { instance: string; typebot: string }) {
  const t = useTranslations('overview');
  const questions = useQuery(questionsQuery(instance, typebot));
  if (questions.isPending) return <Waiting />;
  if (questions.isError) return <Trouble error={questions.error} onAgain={() => void questions.refetch()} />;
  if (questions.data.questions.length === 0) return <Text c="dimmed">{t('noQuestion')}</Text>;
  return (
    <>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">{t('question')}</th>
            <th scope="col">{t('waiting')}</th>
            <th scope="col">{t('medianWait')}</th>
            <th scope="col">{t('misunderstood')}</th>
          </tr>
        </thead>
        <tbody>
          {questions.data.questions.map((question) => (
            <Row key={question.block_id} question={question} />
          ))}
        </tbody>
      </table>
      <Link to="/conversations" search={{ typebot_id: typebot, waits_for: 'contact' }} className="next">
        {t('showWaiting')}
      </Link>
    </>
  );
}

function Row({ question }: { question: QuestionsView['questions'][number] }) {
  const format = useFormatter();
  const tQuestion = useTranslations('question');
  const kind = (question.kind ?? 'other') as 'other';
  return (
    <tr>
      <th scope="row">
        {question.words.slice(0, 120) || question.block_id}
        <Text size="xs" c="dimmed" component="div">
          {tQuestion.has(kind) ? tQuestion(kind) : kind} · {question.block_id}
        </Text>
      </th>
      <td>{format.number(question.waiting)}</td>
      <td>{format.number(...minutesOf(question.median_wait_seconds))}</td>
      <td>{format.number(question.misunderstood)}</td>
    </tr>
  );
}

/** A duration in seconds below two minutes, in minutes below two hours, else in hours. */
function minutesOf(seconds: number) {
  const [unit, size] =
    seconds < 120
      ? (['second', 1] as const)
      : seconds < 7_200
        ? (['minute', 60] as const)
        : (['hour', 3_600] as const);
  const style = { style: 'unit', unit, maximumFractionDigits: 0 } as const;
  return [seconds / size, style] as const;
}
