import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const BackIcon = () => (
  <Icon>
    <path d="M12.5 4.5 7 10l5.5 5.5" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);

export const PeopleIcon = () => (
  <Icon>
    <circle cx="7.5" cy="7" r="2.75" />
    <path d="M2.5 16c.4-3 2.4-4.5 5-4.5s4.6 1.5 5 4.5M13 4.5a2.75 2.75 0 0 1 0 5M14.5 11.8c1.7.6 2.7 2 3 4.2" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M3.5 10 2.5 3.5 17.5 10l-15 6.5zM3.5 10h6" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5" />
    <path d="m13 13 3.5 3.5" />
  </Icon>
);

export const SettingsIcon = () => (
  <Icon>
    <path d="M3 6h8m4 0h2M3 14h2m4 0h8" />
    <circle cx="13" cy="6" r="2" />
    <circle cx="7" cy="14" r="2" />
  </Icon>
);

export const NewIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M10 4v12m-5-5 5 5 5-5" />
  </Icon>
);

export const ClockIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="6.5" />
    <path d="M10 6.5V10l2.5 1.5" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6v5m0 2.8v.1" />
  </Icon>
);

export const EyeIcon = ({ off = false }: { off?: boolean }) => (
  <Icon>
    <path d="M2 10c1.8-3.3 4.6-5 8-5s6.2 1.7 8 5c-1.8 3.3-4.6 5-8 5s-6.2-1.7-8-5z" />
    <circle cx="10" cy="10" r="2.4" />
    {off && <path d="m3.5 3.5 13 13" />}
  </Icon>
);

export const BellIcon = ({ off = false }: { off?: boolean }) => (
  <Icon>
    <path d="M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM8.5 17.5h3" />
    {off && <path d="m3.5 3.5 13 13" />}
  </Icon>
);

export const EditIcon = () => (
  <Icon>
    <path d="m4 16 .8-3.4L13.4 4a1.7 1.7 0 0 1 2.4 0l.2.2a1.7 1.7 0 0 1 0 2.4l-8.6 8.6zM12 5.4 14.6 8" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path d="M4.5 10v.1M10 10v.1M15.5 10v.1" strokeWidth="2.4" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="m4 10.5 4 4L16 6" />
  </Icon>
);

/** The product's mark. */
export const Mark = () => (
  <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" fill="var(--accent)" />
    <path d="M16 7 25 16 16 25 7 16z" fill="var(--accent-text)" />
  </svg>
);

export const SmileIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M7 12c.8 1.1 1.8 1.6 3 1.6s2.2-.5 3-1.6M7.5 7.8v.4M12.5 7.8v.4" />
  </Icon>
);
