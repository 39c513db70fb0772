import type { ComponentChildren } from 'preact';

interface Props {
  size?: number;
}

function Stroked({ size = 18, children }: Props & { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const WheelIcon = ({ size }: Props) => (
  <Stroked size={size ?? 18}>
    <circle cx="12" cy="12" r="6.5" />
    <circle cx="12" cy="12" r="2" />
    <path d="M12 1.8V10M12 14v8.2M1.8 12H10M14 12h8.2M4.8 4.8l5.8 5.8M13.4 13.4l5.8 5.8M19.2 4.8l-5.8 5.8M10.6 13.4l-5.8 5.8" />
  </Stroked>
);

export const HashIcon = ({ size }: Props) => (
  <Stroked size={size ?? 16}>
    <path d="M4.5 9h16M3.5 15h16M10 3.5 8 20.5M16 3.5l-2 17" />
  </Stroked>
);

export const SendIcon = () => (
  <Stroked>
    <path d="M20.5 3.5 3.5 10l7 3.5 3.5 7zM20.5 3.5l-10 10" />
  </Stroked>
);

export const AddReactionIcon = () => (
  <Stroked size={17}>
    <path d="M20.6 13.4A8.7 8.7 0 1 1 12 3.3M8.4 14.2s1.3 1.9 3.6 1.9 3.6-1.9 3.6-1.9M9 9.4v.1M15 9.4v.1M19 2.5v6M16 5.5h6" />
  </Stroked>
);

export const CloseIcon = ({ size }: Props) => (
  <Stroked size={size ?? 18}>
    <path d="M18 6 6 18M6 6l12 12" />
  </Stroked>
);

export const ThreadIcon = () => (
  <Stroked size={15}>
    <path d="M20.5 11.8c0 4.2-3.8 7.2-8.5 7.2-1.3 0-2.6-.2-3.7-.7L3.5 20l1.3-4c-.8-1.2-1.3-2.7-1.3-4.2 0-4.3 3.8-7.3 8.5-7.3s8.5 3 8.5 7.3z" />
  </Stroked>
);

export const DownIcon = () => (
  <Stroked size={15}>
    <path d="M12 4.5v15M6 13.5l6 6 6-6" />
  </Stroked>
);

export const EyeOffIcon = () => (
  <Stroked size={14}>
    <path d="M10 5.2c.7-.1 1.3-.2 2-.2 6 0 9.5 7 9.5 7s-.9 1.8-2.6 3.6M6.5 6.7C3.9 8.7 2.5 12 2.5 12S6 19 12 19c2 0 3.8-.7 5.3-1.7M9.9 10a3 3 0 0 0 4.2 4.2M3 3l18 18" />
  </Stroked>
);

export const SunIcon = () => (
  <Stroked>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" />
  </Stroked>
);

export const MoonIcon = () => (
  <Stroked>
    <path d="M20.5 14A8.5 8.5 0 1 1 10 3.5a6.8 6.8 0 0 0 10.5 10.5z" />
  </Stroked>
);

export const ChartIcon = ({ size }: Props) => (
  <Stroked size={size ?? 16}>
    <path d="M4 19.5h16.5M6.5 16v-4.5M11 16V5M15.5 16V9M20 16v-2.5" />
  </Stroked>
);

export const SortIcon = ({ order }: { order: 'ascending' | 'descending' | 'none' }) => (
  <Stroked size={12}>
    {order !== 'descending' && <path d="M7 10l5-5.5 5 5.5" />}
    {order !== 'ascending' && <path d="M7 14l5 5.5 5-5.5" />}
  </Stroked>
);
