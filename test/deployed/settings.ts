/** What the deployment for tests is set to. */

/** Names of the stage with everything, and of the one whose data stack has a user pool. */
export const stageName = "emulated";
export const poolStage = "pool";

export const region = "us-east-1";
/** The emulator's only account. */
export const account = "000000000000";

export const settings = {
  audience: "cubby",
  services: [
    { name: "telegram", userPrefix: "telegram_", clientId: "telegram-bot" },
    { name: "discord", userPrefix: "discord_", clientId: "discord-bot" },
  ],
  /** As the retention rules have it where no stage says anything else. */
  limits: { maxSessions: 10 },
};
