// The smallest app on Slack's own framework for JavaScript that answers a command. ANSWER says how: "ack" with the
// acknowledgement, "respond" after it.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.PEERS}/`);
const { App } = require("@slack/bolt");
const { SLACK_API, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ANSWER } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN,
  appToken: SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: `${SLACK_API}/` },
});

app.command("/hearback", async ({ ack, respond }) => {
  if (ANSWER === "ack") {
    await ack("hearback 0.1.0");
  } else {
    await ack();
    await respond("hearback 0.1.0");
  }
});

await app.start();
