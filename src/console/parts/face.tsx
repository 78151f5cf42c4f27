// All are dark enough for white letters.
const TINTS = ['#0b6f4d', '#7a4a00', '#8a2f5f', '#3d5a99', '#5b4aa0', '#a03232', '#216a78', '#5a6511'];

/** The initials of a contact on a colour that is always the same for the same `seed`. */
export function Face({ name, seed }: { name: string; seed: string }) {
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const sum = [...seed].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return (
    <span className="face" style={{ background: TINTS[sum % TINTS.length] }} aria-hidden="true">
      {initials || '#'}
    </span>
  );
}
