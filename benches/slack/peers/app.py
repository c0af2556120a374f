# The smallest app on Slack's own framework for Python that answers a command. ANSWER says how: "ack" with the
# acknowledgement, "respond" after it.
import os

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API"] + "/")
app = App(client=client)


@app.command("/hearback")
def hearback(ack, respond):
    if os.environ["ANSWER"] == "ack":
        ack("hearback 0.1.0")
    else:
        ack()
        respond("hearback 0.1.0")


SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=client).start()
