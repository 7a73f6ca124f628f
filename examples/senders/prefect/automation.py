"""Tells a Prefect server to report the ends of runs with the tag `slipway` to Slipway.

    PREFECT_API_URL=https://prefect.example/api \
    SLIPWAY_URL=https://slipway.example/hooks/prefect \
    SLIPWAY_TOKEN=... python automation.py
"""

import os

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.events.actions import CallWebhook
from prefect.events.schemas.automations import EventTrigger, Posture

PAYLOAD = """
{"event": {{ event | tojson }}, "flow_run": {{ flow_run | tojson }}, "flow": {{ flow | tojson }},
 "deployment": {{ deployment | tojson }}, "url": "{{ flow_run | ui_url }}"}
"""

webhook = Webhook(
    url=os.environ["SLIPWAY_URL"],
    headers={
        "Authorization": f"Bearer {os.environ['SLIPWAY_TOKEN']}",
        "Content-Type": "application/json",
    },
)
block_id = webhook.save("slipway", overwrite=True)

Automation(
    name="slipway",
    trigger=EventTrigger(
        posture=Posture.Reactive,
        expect={
            "prefect.flow-run.Completed",
            "prefect.flow-run.Failed",
            "prefect.flow-run.Crashed",
            "prefect.flow-run.Cancelled",
        },
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.id": "prefect.tag.slipway"},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=0,
    ),
    actions=[CallWebhook(block_document_id=block_id, payload=PAYLOAD)],
).create()
print(f"automation slipway calls {os.environ['SLIPWAY_URL']}")
