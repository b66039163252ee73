"""The fictional city 云澜市: its places, what drives its communities, and their yearly figures."""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from generator.leaves import EVENT_LEAVES, LATER_LEAVES, LEAVES, Leaf

Floats = NDArray[np.float64]
Texts = dict[tuple[str, int, str], str]
"""Community, period and leaf → what the cell holds."""

CITY = "云澜市"
CITY_CODE = "0991"  # no province code starts with 0, so no real place has these codes
PERIODS = (2023, 2024, 2025)
NOT_APPLICABLE = "不适用"
BLANK_SHARE = 0.015

#: District → street → its five communities.
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "澜阳区": {
        "鼓桥街道": ("鼓桥社区", "文庙前社区", "槐荫里社区", "半亩塘社区", "登瀛社区"),
        "澜心街道": ("澜心社区", "百花洲社区", "无忧社区", "梧桐里社区", "书院巷社区"),
        "旧埠街道": ("望江社区", "船厂社区", "盐仓社区", "码头里社区", "丰泽社区"),
    },
    "岚汀区": {
        "智谷街道": ("智谷社区", "星桥社区", "云帆社区", "创新里社区", "青禾社区"),
        "汀兰街道": ("汀兰社区", "锦屏社区", "芳洲社区", "月湖社区", "兰亭里社区"),
        "新岚街道": ("新岚社区", "晴川社区", "朗园社区", "万象里社区", "启明社区"),
    },
    "栖云区": {
        "云麓街道": ("云麓社区", "竹里社区", "白石社区", "松涛社区", "枫林社区"),
        "松坞街道": ("松坞社区", "茶亭社区", "上坞社区", "下坞社区", "石桥头社区"),
        "栖谷街道": ("栖谷社区", "橘园社区", "清溪社区", "古樟社区", "梅岭脚社区"),
    },
    "沚南区": {
        "南沚街道": ("南沚社区", "荷塘社区", "稻香社区", "双桥社区", "永安社区"),
        "渡云街道": ("渡云社区", "渔火社区", "长堤社区", "柳岸社区", "河口社区"),
        "苇港街道": ("苇港社区", "望江社区", "芦花社区", "鹭洲社区", "盛泽里社区"),
    },
}

#: Mean wealth, digital maturity, social capital, governance of each district; yearly population growth.
_DISTRICTS = {
    "澜阳区": ((0.15, -0.10, 0.55, 0.25), -0.004),
    "岚汀区": ((0.75, 0.85, -0.15, 0.35), 0.031),
    "栖云区": ((-0.65, -0.60, 0.10, -0.35), -0.009),
    "沚南区": ((-0.20, -0.10, -0.40, -0.20), 0.012),
}
#: A flood in 2024: what it took from each factor in one district, and how much of it lasted a year on.
_FLOOD_DISTRICT, _FLOOD, _FLOOD_LASTS = "沚南区", (-0.25, -0.15, -0.55, -0.60), 0.3
#: Percentages level off here and are cut at 100, which the best communities thus reach.
_CEILING = 103
#: Shifts every leaf, so that the city mean lies at about 65 of 100.
_LEVEL = -0.08
#: Share of communities with at least one event, by year.
_EVENT_SHARE = {2023: 0.45, 2024: 0.62, 2025: 0.48}

#: (community, period, indicator, value): every case of the two red-line indicators.
RED_LINES = (
    ("099102001002", 2023, "privacy_incidents", 1),
    ("099104002003", 2023, "face_id_no_alternative", 1),
    ("099102002004", 2024, "privacy_incidents", 1),  # would be grade A
    ("099103002004", 2024, "privacy_incidents", 2),
    ("099102003005", 2025, "face_id_no_alternative", 1),
    ("099101002002", 2025, "privacy_incidents", 1),
)
#: This community sent only the first leaves (T1 and T2 of TOE) that year: it cannot be scored under any framework.
UNFINISHED, UNFINISHED_LEAVES = ("099103003005", 2024), 17
#: No survey on mutual aid was held in this street in 2023.
SURVEY_GAP = ("松坞街道", 2023, "mutual_aid_rate")


class Community(NamedTuple):
    """One community and where it lies."""

    id: str
    name: str
    district: str
    street: str


class Latent(NamedTuple):
    """What stands behind the figures: factors are communities x years x 4, the rest communities x years."""

    factors: Floats
    population: Floats
    grids: Floats
    events: Floats


def communities() -> list[Community]:
    """Return the 60 communities in the order of their codes."""
    return [
        Community(f"{CITY_CODE}{d:02d}{s:03d}{c:03d}", name, district, street)
        for d, (district, streets) in enumerate(PLACES.items(), 1)
        for s, (street, names) in enumerate(streets.items(), 1)
        for c, name in enumerate(names, 1)
    ]


def draw_latent(places: Sequence[Community], rng: np.random.RandomState) -> Latent:
    """Draw the factors, the population, the number of grids and the number of events."""
    n, years = len(places), len(PERIODS)
    streets = sorted({place.street for place in places})
    street_effect = dict(zip(streets, 0.35 * rng.standard_normal((len(streets), 4)), strict=True))
    own = 0.50 * rng.standard_normal((n, 1)) + 0.75 * rng.standard_normal((n, 4))
    base = own + np.array([_DISTRICTS[p.district][0] + street_effect[p.street] for p in places])
    base = (base - base.mean(axis=0)) / base.std(axis=0)
    drift = np.cumsum(0.14 * rng.standard_normal((n, years, 4)), axis=1)
    factors = base[:, None, :] + drift
    hit = np.array([p.district == _FLOOD_DISTRICT for p in places])
    for year, left in ((1, 1.0), (2, _FLOOD_LASTS)):
        factors[hit, year] += left * np.array(_FLOOD)
    growth = np.array([_DISTRICTS[p.district][1] for p in places])
    size = np.clip(5600 * np.exp(0.38 * rng.standard_normal(n)), 2300, 13500)
    steps = 1 + growth[:, None] + 0.006 * rng.standard_normal((n, years))
    population = np.round(size[:, None] * np.cumprod(steps, axis=1))
    grids = np.clip(np.round(population / 420), 5, 22)
    share = np.array([_EVENT_SHARE[period] for period in PERIODS])
    events = (rng.random_sample((n, years)) < share) * (1 + rng.binomial(2, 0.35, (n, years)))
    return Latent(factors, population, grids, events.astype(np.float64))


def _common(leaf: Leaf, factors: Floats) -> Floats:
    """Return the leaf's mix of the factors, with about unit variance over the communities."""
    mix = factors @ np.array(leaf.loadings)
    return np.asarray(mix / mix[:, 1].std(), dtype=np.float64)


def _transform(leaf: Leaf, z: Floats) -> Floats:
    """Turn standard normal numbers into values of the leaf, before rounding."""
    if leaf.form == "linear":
        return leaf.centre + leaf.spread * z
    if leaf.form == "log":
        return leaf.centre * np.exp(leaf.spread * z)
    if leaf.form == "logit":
        middle = math.log(leaf.centre / (_CEILING - leaf.centre))
        return _CEILING / (1 + np.exp(-middle - leaf.spread * z))
    if leaf.form == "share":
        return (z > NormalDist().inv_cdf(1 - leaf.centre)).astype(np.float64)
    return np.full_like(z, leaf.centre)


def draw_values(leaf: Leaf, latent: Latent, rng: np.random.RandomState) -> Floats:
    """Return the values of a leaf, communities x years, inside its bounds."""
    n, years = latent.population.shape
    lasting, yearly = rng.standard_normal((n, 1)), rng.standard_normal((n, years))
    trend = leaf.trend * (np.arange(years) - 1)
    z = 0.62 * _common(leaf, latent.factors) + 0.60 * lasting + 0.42 * yearly + trend + _LEVEL
    values = np.clip(_transform(leaf, z), leaf.low, leaf.high)
    if leaf.base != "-":
        whole = np.maximum(latent.grids if leaf.base == "grids" else latent.events, 1)
        values = 100 * np.round(values * whole / 100) / whole
    return values


def draw_blanks(leaves: Sequence[Leaf], latent: Latent, rng: np.random.RandomState) -> NDArray[np.bool_]:
    """Say which cells are blank: more in small or weakly run communities and in survey leaves."""
    small = (np.median(latent.population) / latent.population) ** 1.5
    weak = np.exp(-0.5 * latent.factors[:, :, 3])
    risk = (small * weak)[:, :, None] * np.array([leaf.miss for leaf in leaves])
    chance = BLANK_SHARE * risk / risk.mean()
    drawn: NDArray[np.bool_] = rng.random_sample(chance.shape) < chance
    return drawn


def draw_texts(
    leaves: Sequence[Leaf], places: Sequence[Community], latent: Latent, rng: np.random.RandomState
) -> Texts:
    """Return the text of every cell of some leaves, those left blank by chance included."""
    texts: Texts = {}
    for leaf in leaves:
        values = draw_values(leaf, latent, rng)
        for i, place in enumerate(places):
            for y, period in enumerate(PERIODS):
                quiet = leaf.id in EVENT_LEAVES and latent.events[i, y] == 0
                text = NOT_APPLICABLE if quiet else f"{values[i, y]:.{leaf.decimals}f}"
                texts[place.id, period, leaf.id] = text
    for i, y, k in zip(*np.nonzero(draw_blanks(leaves, latent, rng)), strict=True):
        key = (places[i].id, PERIODS[y], leaves[k].id)
        if texts[key] != NOT_APPLICABLE:
            texts[key] = ""
    return texts


def put_oddities(texts: Texts, places: Sequence[Community]) -> None:
    """Put in what is not left to chance: the red lines, the unfinished row, the survey that was not held."""
    for code, period, indicator, value in RED_LINES:
        texts[code, period, indicator] = str(value)
    for leaf in (*LEAVES, *LATER_LEAVES)[UNFINISHED_LEAVES:]:
        texts[(*UNFINISHED, leaf.id)] = ""
    street, period, indicator = SURVEY_GAP
    for place in places:
        if place.street == street:
            texts[place.id, period, indicator] = ""


def rows(seed: int) -> Iterator[list[str]]:
    """Yield the header and the 180 rows of the city, by community and then by period."""
    # RandomState: its streams are frozen, those of numpy's newer generators may change with a release.
    rng = np.random.RandomState(seed)
    places = communities()
    latent = draw_latent(places, rng)
    texts = draw_texts(LEAVES, places, latent, rng)
    texts |= draw_texts(LATER_LEAVES, places, latent, np.random.RandomState(seed + 1))
    put_oddities(texts, places)
    leaves = (*LEAVES, *LATER_LEAVES)
    head = ["community_id", "community", "city", "district", "street", "period", "population"]
    yield head + [leaf.id for leaf in leaves]
    for i, place in enumerate(places):
        for y, period in enumerate(PERIODS):
            about = [place.id, place.name, CITY, place.district, place.street, str(period)]
            about.append(f"{latent.population[i, y]:.0f}")
            yield about + [texts[place.id, period, leaf.id] for leaf in leaves]
