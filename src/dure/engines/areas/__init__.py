"""Which area is a point in, what lies beside it, and can a boundary file be believed?

Pure: NumPy, Shapely and pyproj in and out. Positions are WGS84 longitude and latitude in degrees (EPSG:4326);
lengths are metres, measured in the Korean unified grid (EPSG:5179, at most 0.04 % off in length).
"""

from dure.engines.areas.approximate import approximate, outline
from dure.engines.areas.datum import CANDIDATES, DatumReport, Offset, Reference, check_datum, crs_name
from dure.engines.areas.errors import AreasError
from dure.engines.areas.grid import to_degrees, to_metres
from dure.engines.areas.index import AreaIndex, Near, Neighbour

__all__ = [
    "CANDIDATES",
    "AreaIndex",
    "AreasError",
    "DatumReport",
    "Near",
    "Neighbour",
    "Offset",
    "Reference",
    "approximate",
    "check_datum",
    "crs_name",
    "outline",
    "to_degrees",
    "to_metres",
]
