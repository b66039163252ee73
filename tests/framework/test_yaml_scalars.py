"""Plain scalars by the core schema of YAML 1.2, whatever YAML 1.1 or Python would make of them."""

from __future__ import annotations

import math

import pytest

from resilience_index.framework import yaml_strict

SCALARS = [
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("true", True),
    ("True", True),
    ("FALSE", False),
    ("tRue", "tRue"),
    ("null", None),
    ("~", None),
    ("", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("017", 17),
    ("0o17", 15),
    ("0x1F", 31),
    ("0b11", "0b11"),
    ("+1", 1),
    ("-0", 0),
    ("1_000", "1_000"),
    ("1,000", "1,000"),
    ("12:30", "12:30"),
    ("1:30:00", "1:30:00"),
    ("1e-3", 0.001),
    ("1E3", 1000.0),
    ("+1.5e+2", 150.0),
    (".5", 0.5),
    ("5.", 5.0),
    (".", "."),
    ("1e", "1e"),
    ("e3", "e3"),
    ("-.5", -0.5),
    ("1.2.3", "1.2.3"),
    ("2/3", "2/3"),
    (".inf", math.inf),
    ("-.Inf", -math.inf),
    ("+.INF", math.inf),
    ("inf", "inf"),
    ("nan", "nan"),
    ("2024-01-01", "2024-01-01"),
    ("٣", "٣"),
    ("１２", "１２"),
    ("=", "="),
    ("9" * 300, int("9" * 300)),
    ("9" * 5000, math.inf),
    ("-" + "9" * 5000, -math.inf),
    ("0x" + "f" * 5000, math.inf),
    ("1e400", math.inf),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=[text[:12] or "empty" for text, _ in SCALARS])
def test_a_plain_scalar_is_read_by_yaml_1_2(text, value):
    read = yaml_strict.parse(f"key: {text}\n".encode(), "file.yaml").data["key"]
    assert type(read) is type(value)
    assert read == value


def test_nan_is_read_as_nan():
    assert math.isnan(yaml_strict.parse(b"key: .nan", "file.yaml").data["key"])


@pytest.mark.parametrize("text", [scalar for scalar, _ in SCALARS if len(scalar) < 20])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quoted_scalar_is_text(text, quote):
    assert yaml_strict.parse(f"key: {quote}{text}{quote}\n".encode(), "file.yaml").data == {"key": text}


@pytest.mark.parametrize("key", ["no", "on", "12:30", "1_000", "2/3", "2024-01-01", "'17'", '"null"', "'true'"])
def test_keys_that_are_text_in_yaml_1_2_are_accepted(key):
    assert yaml_strict.parse(f"{key}: 1\n".encode(), "file.yaml").data == {key.strip("'\""): 1}
