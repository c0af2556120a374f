// A small bot on discord.js, driven by the test discord::discordjs against the fake Discord. It prints `ready`; everything
// else happens over Discord's interfaces.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.HEARBACK_DISCORDJS}/`);
const {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  Routes,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} = require("discord.js");
const { DISCORD_API, BOT_TOKEN, GUILD } = process.env;

const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: `${DISCORD_API}/api`, retries: 0 },
  allowedMentions: { parse: [] },
});
const log = (...words) => console.log(...words);
client.on(Events.Error, (error) => log("error", error));
client.on(Events.ShardResume, (_, replayed) => log("resumed", replayed));
client.on(Events.ShardDisconnect, (event) => log("disconnected", event.code));
client.on(Events.Warn, (words) => log("warning", words));

const commands = [
  {
    name: "hello",
    description: "Say hello",
    options: [
      { type: 3, name: "mention", description: "Which one", autocomplete: true },
      { type: 6, name: "person", description: "Who" },
    ],
  },
  { name: "later", description: "Answer later" },
  { name: "form", description: "Open a form" },
  { name: "oldform", description: "Open a form of the old kind" },
  { name: "card", description: "Post a card" },
  { name: "file", description: "Send a file" },
  { name: "thread", description: "Open a thread" },
  { type: 3, name: "Claim mention" },
];
const input = (more) => new TextInputBuilder({ customId: "reply", style: TextInputStyle.Paragraph, maxLength: 100, ...more });
const form = () =>
  new ModalBuilder({ customId: "form", title: "Reply to #142" })
    .addTextDisplayComponents(new TextDisplayBuilder({ content: "They said: it is down" }))
    .addLabelComponents(
      new LabelBuilder({ label: "Reply", description: "What they will read" }).setTextInputComponent(input({ value: "Sorry" })),
      new LabelBuilder({ label: "Kind" }).setStringSelectMenuComponent(
        new StringSelectMenuBuilder({
          customId: "kind",
          options: [
            { label: "A question", value: "question" },
            { label: "A complaint", value: "complaint" },
          ],
        }),
      ),
    );
const buttons = (label) =>
  new ActionRowBuilder().addComponents(
    new ButtonBuilder({ customId: "claim:142", label, style: ButtonStyle.Primary }),
    new ButtonBuilder({ label: "Open post", url: "https://example.com/142", style: ButtonStyle.Link }),
  );
const menu = () =>
  new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder({ customId: "done:142", placeholder: "Done because", options: [{ label: "Spam", value: "spam" }] }),
  );

const typed = {
  async hello(i) {
    const person = i.options.getMember("person")?.displayName ?? "nobody";
    const content = `hello ${i.member.displayName}: ${i.options.getString("mention")}, ${person}`;
    const answer = await i.reply({ content, flags: MessageFlags.Ephemeral, withResponse: true });
    const same = await i.fetchReply();
    if (answer.resource.message.id !== same.id) throw new Error("another message");
  },
  async later(i) {
    await i.deferReply({ flags: MessageFlags.Ephemeral });
    await i.editReply("later");
    const more = await i.followUp({ content: "more", flags: MessageFlags.Ephemeral });
    await i.webhook.editMessage(more, "much more");
    const gone = await i.followUp({ content: "gone", flags: MessageFlags.Ephemeral });
    await i.deleteReply(gone);
  },
  form: (i) => i.showModal(form()),
  oldform: (i) =>
    i.showModal({
      customId: "old",
      title: "As it was",
      components: [new ActionRowBuilder().addComponents(input({ label: "Reply" }))],
    }),
  async card(i) {
    await i.deferReply({ flags: MessageFlags.Ephemeral });
    const embed = new EmbedBuilder({ title: "Complaint", description: "Is it **down**?", color: 0xcc0000 });
    const card = await i.channel.send({ embeds: [embed], components: [buttons("Claim"), menu()] });
    await card.edit({ embeds: [EmbedBuilder.from(card.embeds[0]).setFooter({ text: "#142" })] });
    await i.editReply(`posted ${card.id}`);
  },
  async file(i) {
    const chart = new AttachmentBuilder(Buffer.from("a,b\n1,2\n"), { name: "export.csv" });
    await i.reply({ content: "here", files: [chart], flags: MessageFlags.Ephemeral });
    await i.followUp({ content: "and here", files: [chart], flags: MessageFlags.Ephemeral });
  },
  async thread(i) {
    await i.reply("a starter");
    const thread = await (await i.fetchReply()).startThread({ name: "#142" });
    await thread.send("in the thread");
  },
};

client.on(Events.InteractionCreate, async (i) => {
  try {
    if (i.isAutocomplete()) {
      await i.respond([{ name: `#${i.options.getFocused()}2 it is down`, value: "142" }]);
    } else if (i.isChatInputCommand()) {
      await typed[i.commandName](i);
    } else if (i.isMessageContextMenuCommand()) {
      const shown = i.targetMessage.embeds[0]?.title;
      await i.reply({ content: `claimed ${shown}`, flags: MessageFlags.Ephemeral });
    } else if (i.isButton()) {
      await i.update({ components: [buttons(`Claimed by ${i.user.username}`), menu()] });
      await i.followUp({ content: `you hold ${i.customId}`, flags: MessageFlags.Ephemeral });
    } else if (i.isStringSelectMenu()) {
      await i.deferUpdate();
      await i.editReply({ content: `done: ${i.values}`, components: [] });
    } else if (i.isModalSubmit()) {
      const kind = i.customId === "form" ? i.fields.getStringSelectValues("kind") : "old";
      await i.reply({ content: `${kind}: ${i.fields.getTextInputValue("reply")}`, flags: MessageFlags.Ephemeral });
    }
  } catch (error) {
    log("error", i.commandName ?? i.customId, error);
  }
});

client.once(Events.ClientReady, async () => {
  const made = await client.rest.put(Routes.applicationGuildCommands(client.application.id, GUILD), { body: commands });
  log("ready", made.length);
});
await client.login(BOT_TOKEN);
