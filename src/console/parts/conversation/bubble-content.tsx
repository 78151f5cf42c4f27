import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { TranscriptItem } from '../../api/wire.js';
import { formatted } from './formatted.js';

/** The members of a message's content that are shown; its type determines which are present. */
interface Content {
  type?: string;
  header?: string | { type?: string; text?: string; url?: string };
  body?: string;
  footer?: string;
  caption?: string;
  title?: string;
  text?: string;
  button?: string;
  buttons?: { id: string; title: string }[];
  sections?: { title?: string; rows: { id: string; title: string; description?: string }[] }[];
  display_text?: string;
  url?: string;
  emoji?: string | null;
  latitude?: number;
  longitude?: number;
  name?: string;
  contacts?: { name: string; phone?: string; phones?: string[] }[];
  file_name?: string;
  media?: { url?: string; mime_type?: string; file_name?: string };
}

/** The content of a bubble: formatted text, files, and everything that the contact could tap. */
export function BubbleContent({ item }: { item: TranscriptItem }) {
  const t = useTranslations('bubble');
  const content: Content = item.content;
  switch (item.content_type) {
    case 'image':
    case 'sticker':
    case 'video':
    case 'audio':
    case 'document':
      return (
        <>
          <File item={item} content={content} />
          <Words>{content.caption}</Words>
        </>
      );
    case 'buttons':
    case 'list':
    case 'cta_url':
    case 'location_request':
      return <Menu content={content} />;
    case 'location':
      return <Place content={content} />;
    case 'contacts':
      return content.contacts?.map((one) => (
        <Words key={one.name}>{`${one.name} ${one.phone ?? one.phones?.join(', ') ?? ''}`}</Words>
      ));
    case 'reaction':
      return <Words>{content.emoji ? t('reacted', { emoji: content.emoji }) : t('reactionGone')}</Words>;
    case 'revoke':
      return <Words>{t('revoked')}</Words>;
    case 'edit':
      return <Words>{t('edited', { words: content.text ?? '' })}</Words>;
    default:
      return <Words>{item.text || content.title || t('other', { type: item.content_type })}</Words>;
  }
}

function Words({ children }: { children: string | undefined }): ReactNode {
  return children ? <p>{formatted(children)}</p> : null;
}

function Menu({ content }: { content: Content }) {
  const { header } = content;
  const rows = content.sections?.flatMap((section) => section.rows) ?? [];
  return (
    <>
      {typeof header === 'string' && <Text fw={700}>{header}</Text>}
      {typeof header === 'object' && header.text && <Text fw={700}>{header.text}</Text>}
      {typeof header === 'object' && header.type === 'image' && header.url && (
        <img src={header.url} alt="" loading="lazy" referrerPolicy="no-referrer" />
      )}
      <Words>{content.body}</Words>
      {content.footer && (
        <Text size="xs" c="dimmed">
          {content.footer}
        </Text>
      )}
      <ul className="choices">
        {content.buttons?.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
        {rows.map(({ id, title, description }) => (
          <li key={id}>
            {title}
            {description && <small>{description}</small>}
          </li>
        ))}
        {content.url && (
          <li>
            <Outside href={content.url}>{content.display_text ?? content.url}</Outside>
          </li>
        )}
      </ul>
    </>
  );
}

function File({ item, content }: { item: TranscriptItem; content: Content }) {
  const t = useTranslations('bubble');
  const kind = item.content_type;
  const name = content.file_name ?? content.media?.file_name ?? t('file');
  const url = item.media_url === null ? content.media?.url : ownPath(item.media_url);
  if (url === undefined || !/^(\/|https?:)/.test(url)) return <Words>{name}</Words>;
  if (kind === 'image' || kind === 'sticker')
    return (
      <img src={url} alt={content.caption ?? t('picture')} loading="lazy" referrerPolicy="no-referrer" />
    );
  if (kind === 'video') return <video src={url} controls preload="metadata" aria-label={name} />;
  if (kind === 'audio') return <audio src={url} controls preload="metadata" aria-label={name} />;
  return (
    <p>
      <Outside href={url}>{name}</Outside>
    </p>
  );
}

/** Stored files are loaded from this page's own host, because the public URL may name another one. */
function ownPath(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

function Place({ content: { latitude = 0, longitude = 0, name } }: { content: Content }) {
  const place = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return <Outside href={url}>{name ? `${name} (${place})` : place}</Outside>;
}

function Outside({ href, children }: { href: string; children: ReactNode }) {
  if (!/^(\/|https?:)/.test(href)) return <span>{children}</span>;
  return (
    <Anchor href={href} target="_blank" rel="noreferrer noopener" c="inherit" underline="always">
      {children}
    </Anchor>
  );
}
