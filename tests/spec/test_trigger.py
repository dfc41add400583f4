"""Triggers in all the forms in which people write them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lyftdata.spec.trigger import TriggerSpec, start_ns

SECOND = 1_000_000_000


def trigger(value: Any) -> TriggerSpec:
    return TriggerSpec.model_validate(value)


@pytest.mark.parametrize("value", ["0 */5 * * * *", {"cron": "0 */5 * * * *"}])
def test_cron_as_text_or_block(value: Any) -> None:
    found = trigger({"cron": value})

    assert found.cron is not None
    assert found.cron.cron == "0 */5 * * * *"
    assert found.window is None


@pytest.mark.parametrize("value", ["60s", "1m", {"duration": "60s"}, {"interval": "1m"}])
def test_interval_as_text_or_block(value: Any) -> None:
    found = trigger({"interval": value})

    assert found.interval is not None
    assert found.interval.duration == 60 * SECOND


@pytest.mark.parametrize("key", ["random-offset", "random_offset"])
def test_random_offset_in_both_spellings(key: str) -> None:
    assert trigger({"interval": {"duration": "1m", key: "20s"}}).random_offset == 20 * SECOND


def test_the_window_of_the_documents() -> None:
    window = trigger(
        {
            "cron": {
                "cron": "@hourly",
                "window": {"size": "5m", "offset": "1m", "start": {"tracked": "/var/lib/x"}},
            }
        }
    ).window

    assert window is not None
    assert (window.size, window.offset) == (300 * SECOND, 60 * SECOND)
    assert window.start is not None
    assert window.start.tracked == "/var/lib/x"


def test_message_filters() -> None:
    found = trigger({"message": {"filter-kind": "user", "filter-type": "user-generated"}})

    assert found.message is not None
    assert found.message.filter_type == ("user-generated",)
    assert trigger({"message": {}}).message is not None


@pytest.mark.parametrize(
    "text",
    ["2026-01-31 08:00:00", "2026-01-31T08:00:00Z", "2026-01-31T09:00:00+01:00"],
)
def test_start_times(text: str) -> None:
    assert start_ns(text) == 1_769_846_400 * SECOND


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"cron": "* * * * *"}, "invalid-cron"),
        ({"interval": "often"}, "invalid-duration"),
        (
            {"interval": {"duration": "1m", "window": {"start": {"start-time": "noon"}}}},
            "invalid-time",
        ),
        ({}, "missing-option"),
        ({"cron": "@daily", "interval": "1m"}, "several-options"),
        ({"message": {"filter-kinds": "user"}}, "extra_forbidden"),
    ],
)
def test_what_is_refused(value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        trigger(value)

    assert [one["type"] for one in caught.value.errors()] == [code]
