// A small app on Slack's own framework, driven by the test slack::bolt against the fake Slack. It prints `ready` with its
// port; everything else happens over Slack's interfaces. Started with MODE socket or http.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.HEARBACK_BOLT}/`);
const { App, HTTPReceiver, LogLevel, SocketModeReceiver } = require("@slack/bolt");
const { SLACK_API, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, MODE } = process.env;
const clientOptions = { slackApiUrl: `${SLACK_API}/` };
const logLevel = LogLevel.ERROR;

const receiver =
  MODE === "socket"
    ? new SocketModeReceiver({ appToken: APP_TOKEN, clientPingTimeout: 300, logLevel, installerOptions: { clientOptions } })
    : new HTTPReceiver({ signingSecret: SIGNING_SECRET, endpoints: "/slack", logLevel });
const app = new App({ token: BOT_TOKEN, receiver, clientOptions, logLevel });

const text = (type, words) => ({ type, text: words });
const modal = (title) => ({
  type: "modal",
  callback_id: "form",
  private_metadata: "142",
  title: text("plain_text", title),
  submit: text("plain_text", "Send"),
  blocks: [
    {
      type: "input",
      block_id: "reply",
      label: text("plain_text", "Reply"),
      element: { type: "plain_text_input", action_id: "value", max_length: 100 },
    },
  ],
});

app.command("/hello", async ({ ack, command }) => ack(`hello ${command.user_name}: ${command.text}`));
app.command("/later", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "later" });
  await respond({ text: "for all", response_type: "in_channel" });
});
app.command("/form", async ({ ack, command, client }) => {
  await ack();
  await client.views.open({ trigger_id: command.trigger_id, view: modal("Reply to #142") });
});
app.command("/card", async ({ ack, command, client }) => {
  await ack();
  const button = { type: "button", action_id: "claim", value: "142", text: text("plain_text", "Claim") };
  const posted = await client.chat.postMessage({
    channel: command.channel_id,
    text: "card",
    blocks: [
      { type: "section", text: text("mrkdwn", "Is it *down*?") },
      { type: "actions", elements: [button] },
    ],
    metadata: { event_type: "card", event_payload: { mention: "142" } },
  });
  await client.chat.postMessage({ channel: posted.channel, text: "in the thread", thread_ts: posted.ts });
  await client.chat.postEphemeral({ channel: posted.channel, user: command.user_id, text: "posted" });
});
app.action("claim", async ({ ack, body, respond, client }) => {
  await ack();
  await respond({ replace_original: true, text: `claimed by <@${body.user.id}>` });
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `${body.actions[0].value} is claimed` });
});
app.action("publish", async ({ ack }) => ack());
app.view("form", async ({ ack, view, body, client }) => {
  const words = view.state.values.reply.value.value;
  if (words === "bad") {
    await ack({ response_action: "errors", errors: { reply: "too bad" } });
  } else if (words === "more") {
    await ack({ response_action: "update", view: modal("Once more") });
  } else {
    await ack();
    await client.chat.postEphemeral({ channel: "C1", user: body.user.id, text: `sent: ${words}` });
  }
});
app.shortcut("find", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: modal("Find") });
});
app.event("app_mention", async ({ event, say }) => {
  await say({ text: `heard ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
});
app.event("reaction_added", async ({ event, client }) => {
  await client.reactions.add({ channel: event.item.channel, timestamp: event.item.ts, name: "white_check_mark" });
});
app.event("app_home_opened", async ({ event, client }) => {
  const page = await client.conversations.history({ channel: "C1", limit: 1, include_all_metadata: true });
  await client.views.publish({
    user_id: event.user,
    view: { type: "home", blocks: [{ type: "section", text: text("plain_text", `newest: ${page.messages[0].text}`) }] },
  });
});

const server = await app.start(MODE === "http" ? { port: 0, host: "127.0.0.1" } : undefined);
console.log(`ready ${MODE === "http" ? server.address().port : 0}`);
