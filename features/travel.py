"""How long the way to work takes, from the person's municipality to the site's.

An estimate from great-circle distance, to be replaced by a journey planner; unknown stays unknown.
"""

from __future__ import annotations

import csv
import math
from functools import cache

from data.reference_files import REFERENCE, read_reference

EARTH_RADIUS_KM = 6371.0
USUAL_WAY = "public_transport"


@cache
def _centres() -> dict[str, tuple[float, float]]:
    lines = (REFERENCE / "municipalities.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["municipality"]: (float(row["latitude"]), float(row["longitude"])) for row in rows}


def travel_minutes(home: str, site: str, by: str) -> float | None:
    """Estimate minutes one way; None when a municipality or the way of travel is not known.

    >>> travel_minutes("Jyväskylä", "Jyväskylä", "public_transport"), travel_minutes("", "Jämsä", "car")
    (25.0, None)
    """
    rules = read_reference("travel.yaml")
    pace = rules["by"].get(by or USUAL_WAY)
    ends = _centres().get(home), _centres().get(site)
    if pace is None or ends[0] is None or ends[1] is None:
        return None
    if home == site:
        return float(pace["within_municipality_minutes"])
    kilometres = great_circle_km(*ends[0], *ends[1]) * rules["detour_factor"]
    return float(pace["start_minutes"] + 60 * kilometres / pace["km_per_hour"])


def great_circle_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Give the distance of two places on the earth in kilometres (haversine).

    >>> round(great_circle_km(62.24, 25.75, 62.60, 25.73))
    40
    """
    north, to_north = math.radians(latitude), math.radians(to_latitude)
    east = math.radians(to_longitude - longitude)
    chord = math.sin((to_north - north) / 2) ** 2 + math.cos(north) * math.cos(to_north) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))
