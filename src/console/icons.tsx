import type { ReactNode } from 'react';

/**
 * An icon of 24 × 24 units in the colour of the text. It is hidden from screen readers, so it needs a label beside it.
 */
function icon(drawing: ReactNode) {
  return function Icon({ size = 18 }: { size?: number }) {
    return (
      <svg
        {...{ width: size, height: size, viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor' }}
        {...{ strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round', 'aria-hidden': true }}
      >
        {drawing}
      </svg>
    );
  };
}

/** A speech bubble. */
export const ChatIcon = icon(<path d="M4 5h16v11H9l-5 4z" />);
/** A warning triangle. */
export const StuckIcon = icon(<path d="M12 3 2 20h20zM12 10v4M12 17v.01" />);
/** A robot. */
export const BotIcon = icon(<path d="M5 9h14v10H5zM12 9V5M12 4v.01M9 13v2M15 13v2M2 13v2M22 13v2" />);
/** A phone. */
export const PhoneIcon = icon(<path d="M7 2h10v20H7zM11 18h2" />);
/** A key. */
export const KeyIcon = icon(<path d="M15 9a4 4 0 1 0-3.5 4L15 16.5h3v3h3V16l-6-6zM11 9h.01" />);
/** Two bars. */
export const PauseIcon = icon(<path d="M8 5v14M16 5v14" />);
/** A triangle to the right. */
export const PlayIcon = icon(<path d="M7 4l13 8-13 8z" />);
/** A cross. */
export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
/** A loudspeaker that is off. */
export const MuteIcon = icon(<path d="M4 9v6h4l5 4V5L8 9zM17 9l5 6M22 9l-5 6" />);
/** A paper plane. */
export const SendIcon = icon(<path d="M4 12 21 4l-6 17-4-7zM11 14 21 4" />);
/** A magnifying glass. */
export const SearchIcon = icon(<path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21" />);
/** An angle to the left. */
export const BackIcon = icon(<path d="M15 5l-7 7 7 7" />);
/** An angle to the right. */
export const NextIcon = icon(<path d="M9 5l7 7-7 7" />);
/** An arrow up. */
export const UpIcon = icon(<path d="M12 19V5M6 11l6-6 6 6" />);
/** An arrow down. */
export const DownIcon = icon(<path d="M12 5v14M6 13l6 6 6-6" />);
/** A sun, for the light colours. */
export const SunIcon = icon(
  <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M19 5l-1.5 1.5M6.5 17.5 5 19" />,
);
/** A moon, for the dark colours. */
export const MoonIcon = icon(<path d="M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z" />);
/** A globe. */
export const LanguageIcon = icon(
  <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />,
);
/** A door with an arrow, for signing out. */
export const LeaveIcon = icon(<path d="M10 4H4v16h6M9 12h12M17 8l4 4-4 4" />);
/** Three dots. */
export const MoreIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />);
/** A clock. */
export const ClockIcon = icon(<path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2" />);
/** A hand. */
export const HandIcon = icon(
  <path d="M7 12V6a1.5 1.5 0 0 1 3 0v5-7a1.5 1.5 0 0 1 3 0v7-6a1.5 1.5 0 0 1 3 0v7-3a1.5 1.5 0 0 1 3 0v6a7 7 0 0 1-7 6c-4 0-5-2-9-8l1-1z" />,
);
/** A plus sign. */
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
/** A sheet with a folded corner. */
export const FileIcon = icon(<path d="M6 2h8l4 4v16H6zM14 2v4h4" />);
/** A box with an arrow out of it, for links to other sites. */
export const LinkIcon = icon(<path d="M14 4h6v6M20 4l-9 9M10 6H4v14h14v-6" />);
/** A sheet with lines. */
export const NoteIcon = icon(<path d="M4 4h10l6 6v10H4zM14 4v6h6M8 14h8M8 17h5" />);
/** A circular arrow. */
export const RestartIcon = icon(<path d="M4 5v5h5M4.6 10A8 8 0 1 1 4 13" />);
/** A question mark. */
export const WhyIcon = icon(
  <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17v.01" />,
);
/** An arrow into a tray, for downloads. */
export const SaveIcon = icon(<path d="M12 4v11M7 10l5 5 5-5M4 20h16" />);
/** Two sheets. */
export const CopyIcon = icon(<path d="M9 9h11v12H9zM5 15H4V3h11v2" />);
/** A tick. */
export const DoneIcon = icon(<path d="M4 13l5 5L20 6" />);
/** A bar chart. */
export const OverviewIcon = icon(<path d="M4 20V10M10 20V4M16 20v-7M21 20H3" />);
/** A shaking phone, for the sandbox. */
export const ToyPhoneIcon = icon(<path d="M8 2h8v20H8zM11 5h2M4 8v8M20 8v8" />);
/** A thing that can be dragged. */
export const GripIcon = icon(<path d="M9 5v.01M9 12v.01M9 19v.01M15 5v.01M15 12v.01M15 19v.01" />);
