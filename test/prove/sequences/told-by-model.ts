import { Told } from "../audit/told.ts";
import { isLive, type Model } from "./model.ts";

/** What the people of a model know when all is done: each file by its hash, and which sessions are over. */
export function toldBy(model: Model): Told {
  const told = new Told();
  for (const session of model.sessions) {
    told.begun(session.id);
    if (!isLive(session, model.now)) told.ended(session.id);
    for (const [path, { sha256 }] of session.files) told.stored(session.id, path, sha256);
  }
  return told;
}
