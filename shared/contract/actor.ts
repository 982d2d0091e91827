import * as z from "zod";

/** Who did something. `id` is a user id, or the client id of a service; `system` is Cubby itself. */
export const actor = z
  .object({ kind: z.enum(["user", "service", "operator", "guest", "system"]), id: z.string() })
  .meta({ id: "Actor" });

export type Actor = z.infer<typeof actor>;
