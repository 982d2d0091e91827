/** A React button that uploads a file of any size, shows how far it is, and can be stopped. */
import { useState } from "react";
import type { Client } from "cubby/client";

interface Props {
  cubby: Client;
  sessionId: string;
  onTables(tables: readonly string[]): void;
}

export function UploadButton({ cubby, sessionId, onTables }: Props) {
  const [percent, setPercent] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const [stop, setStop] = useState<AbortController>();

  async function upload(file: File) {
    const controller = new AbortController();
    setStop(controller);
    setProblem(undefined);
    try {
      const { file: stored } = await cubby.upload(sessionId, `uploads/${file.name}`, file, {
        signal: controller.signal,
        onProgress: ({ sentBytes, totalBytes }) => setPercent(Math.round((sentBytes / (totalBytes || 1)) * 100)),
      });
      onTables(stored?.conversion.tables ?? []);
    } catch (error) {
      if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    }
    setPercent(undefined);
    setStop(undefined);
  }

  if (stop !== undefined) {
    return (
      <p>
        <progress aria-label="Upload" max={100} value={percent} />{" "}
        <button type="button" onClick={() => stop.abort()}>
          Stop
        </button>
      </p>
    );
  }
  return (
    <label>
      Upload a file <input type="file" onChange={({ target }) => target.files?.[0] && upload(target.files[0])} />
      {problem !== undefined && <span role="alert">{problem}</span>}
    </label>
  );
}
