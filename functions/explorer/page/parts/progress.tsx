interface ProgressProps {
  label: string;
  /** 0 to 1; without it something goes on, and nobody knows how long. */
  share?: number | undefined;
}

export function Progress({ label, share }: ProgressProps) {
  const percent = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      class={percent === undefined ? "progress unknown" : "progress"}
      role="progressbar"
      aria-label={label}
      {...(percent !== undefined && { "aria-valuenow": percent, "aria-valuemin": 0, "aria-valuemax": 100 })}
    >
      <div style={{ width: `${percent ?? 100}%` }} />
    </div>
  );
}
