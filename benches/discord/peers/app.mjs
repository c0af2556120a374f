// The smallest apps that answer a command: on discord.js over the gateway, or, with PORT, on Discord's own library for
// interactions over HTTP. Both register the command before, and answer with a constant that one person sees.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.PEERS}/`);
const { Agent, fetch } = require("undici");
const { DISCORD_API, DISCORD_CA, DISCORD_TOKEN, DISCORD_GUILD, DISCORD_APP, DISCORD_PUBLIC_KEY, PORT } = process.env;

// The fake shows a certificate for discord.com.
const agent = new Agent({ connect: { servername: "discord.com", ca: readFileSync(DISCORD_CA) } });
const commands = [
  {
    name: "hearback",
    description: "A program",
    options: [{ type: 1, name: "version", description: "Say which version it is" }],
  },
];
const registered = await fetch(`${DISCORD_API}/api/v10/applications/${DISCORD_APP}/guilds/${DISCORD_GUILD}/commands`, {
  method: "PUT",
  headers: {
    authorization: `Bot ${DISCORD_TOKEN}`,
    "content-type": "application/json",
    "user-agent": "DiscordBot (https://example.test, 0.1.0)",
  },
  body: JSON.stringify(commands),
  dispatcher: agent,
});
if (!registered.ok) throw new Error(await registered.text());

if (PORT) {
  const { verifyKey } = require("discord-interactions");
  const answer = JSON.stringify({ type: 4, data: { content: "hearback 0.1.0", flags: 64 } });
  const said = (response, status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const { "x-signature-ed25519": signature, "x-signature-timestamp": time } = request.headers;
    if (!(await verifyKey(body, signature, time, DISCORD_PUBLIC_KEY))) return said(response, 401, "{}");
    if (JSON.parse(body).type === 1) return said(response, 200, '{"type":1}');
    said(response, 200, answer);
  }).listen(Number(PORT), "127.0.0.1");
} else {
  const { Client, Events, GatewayIntentBits, MessageFlags } = require("discord.js");
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: `${DISCORD_API}/api`, agent },
    allowedMentions: { parse: [] },
  });
  client.on(Events.InteractionCreate, async (interaction) => {
    try {
      await interaction.reply({ content: "hearback 0.1.0", flags: MessageFlags.Ephemeral });
    } catch (error) {
      // Nobody waits any more; uncaught it would end the process.
      console.error(error.message);
    }
  });
  await client.login(DISCORD_TOKEN);
}
