"""Where the demo lies: the schematic ring, waters, stations and streets, and metres to and from WGS-84.

Waters and stations come from OpenStreetMap (© OpenStreetMap contributors, ODbL), rounded to four decimals; the ring is schematic,
drawn so that its area is the official 8.69 km², and the streets are schematic lines that carry real street names.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import Floats, project, unproject

METRIC_CRS = "EPSG:4549"
# the ground is the same whatever the seed, so that what is planted stays where it was planted
GROUND_SEED = 310110020
# nine decimals are a tenth of a millimetre: rounding opens no gap between zones
DECIMALS = 9

RING = (
    *((121.4924, 31.3135), (121.4921, 31.3200), (121.4866, 31.3219), (121.4870, 31.3249), (121.4907, 31.3263), (121.4945, 31.3274)),
    *((121.4931, 31.3301), (121.4892, 31.3325), (121.5012, 31.3480), (121.5133, 31.3428), (121.5159, 31.3457), (121.5185, 31.3446)),
    *((121.5211, 31.3480), (121.5278, 31.3450), (121.5280, 31.3425), (121.5098, 31.3190), (121.5057, 31.3135)),
)
STATIONS = (
    *(("江湾体育场", "10", 121.5096, 31.3051), ("三门路", "10", 121.5038, 31.3152)),
    *(("殷高东路", "10", 121.5024, 31.3238), ("新江湾城", "10", 121.5024, 31.3308)),
    *(("殷高路", "18", 121.4910, 31.3236), ("上海财经大学", "18", 121.4919, 31.3101)),
)
# 淞沪路, the north-south spine: through the stations of line 10, and on to the northern edge
SPINE = ((121.5052, 31.3128), (121.5038, 31.3152), (121.5024, 31.3238), (121.5024, 31.3308), (121.5030, 31.3370), (121.5088, 31.3462))
WEST_EAST = (
    ("政立路", ((121.4890, 31.3139), (121.5080, 31.3140))),
    ("三门路", ((121.4890, 31.3163), (121.5038, 31.3156), (121.5120, 31.3160))),
    ("国帆路", ((121.4900, 31.3183), (121.5130, 31.3181))),
    ("国晓路", ((121.4860, 31.3221), (121.5030, 31.3219), (121.5150, 31.3228))),
    ("殷高路", ((121.4860, 31.3238), (121.5024, 31.3240))),
    ("殷高东路", ((121.5024, 31.3240), (121.5170, 31.3246))),
    ("政青路", ((121.4900, 31.3262), (121.5200, 31.3264))),
    ("清流环一路", ((121.4930, 31.3286), (121.5200, 31.3290))),
    ("政澄路", ((121.4890, 31.3309), (121.5220, 31.3312))),
    ("清流环二路", ((121.4890, 31.3331), (121.5240, 31.3333))),
    ("民府路", ((121.4890, 31.3352), (121.5250, 31.3350))),
    ("清流环三路", ((121.4900, 31.3378), (121.5260, 31.3372))),
    ("国浩路", ((121.4920, 31.3402), (121.5280, 31.3396))),
    ("闸殷路", ((121.4950, 31.3427), (121.5290, 31.3419))),
    ("政芳路", ((121.4970, 31.3450), (121.5130, 31.3424))),
)
SOUTH_NORTH = (
    ("国政路", ((121.4946, 31.3130), (121.4943, 31.3268))),
    ("国权北路", ((121.4975, 31.3130), (121.4977, 31.3440))),
    ("国安路", ((121.5003, 31.3130), (121.5001, 31.3470))),
    ("淞沪路", SPINE),
    ("江湾城路", ((121.5062, 31.3130), (121.5060, 31.3450))),
    ("国秀路", ((121.5090, 31.3180), (121.5088, 31.3440))),
    ("国伟路", ((121.5118, 31.3200), (121.5117, 31.3440))),
    ("国江路", ((121.5146, 31.3240), (121.5147, 31.3460))),
    ("政和路", ((121.5176, 31.3280), (121.5177, 31.3460))),
    ("国霞路", ((121.5205, 31.3320), (121.5206, 31.3480))),
    ("军工路", ((121.5236, 31.3360), (121.5238, 31.3480))),
)
RIVERS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "小吉浦": (
        (
            *((121.4927, 31.3259), (121.4907, 31.3263), (121.4884, 31.3252), (121.4870, 31.3249), (121.4867, 31.3234)),
            *((121.4861, 31.3225), (121.4866, 31.3219), (121.4826, 31.3162), (121.4834, 31.3132)),
        ),
    ),
    "钱家浜": (
        (
            *((121.5202, 31.3387), (121.5199, 31.3391), (121.5201, 31.3396), (121.5235, 31.3405), (121.5241, 31.3410)),
            *((121.5256, 31.3404), (121.5264, 31.3404), (121.5275, 31.3419)),
        ),
    ),
    "纬一河": (((121.4924, 31.3148), (121.4940, 31.3154), (121.4958, 31.3154)),),
    # cut where 淞沪路 crosses: west of it the rivers are to be connected, and other people answer for them
    "纬二河": (
        ((121.4921, 31.3200), (121.4972, 31.3198), (121.4980, 31.3203), (121.5018, 31.3206), (121.5018, 31.3199), (121.5026, 31.3199)),
        (
            *((121.5026, 31.3199), (121.5056, 31.3206), (121.5085, 31.3205), (121.5093, 31.3214), (121.5110, 31.3215)),
            (121.5144, 31.3256),
        ),
    ),
    "纬三河": (
        ((121.4944, 31.3278), (121.4982, 31.3279), (121.5017, 31.3273)),
        (
            *((121.5017, 31.3273), (121.5059, 31.3275), (121.5061, 31.3257), (121.5065, 31.3254), (121.5077, 31.3255)),
            *((121.5087, 31.3264), (121.5127, 31.3253), (121.5144, 31.3256)),
        ),
    ),
    "纬五河": (
        (
            *((121.5007, 31.3425), (121.5042, 31.3390), (121.5078, 31.3373), (121.5089, 31.3363), (121.5102, 31.3368)),
            *((121.5152, 31.3361), (121.5176, 31.3353)),
        ),
    ),
    "纬六河": (
        ((121.5030, 31.3452), (121.5062, 31.3436), (121.5084, 31.3430), (121.5132, 31.3425), (121.5188, 31.3430), (121.5211, 31.3411)),
    ),
    "纬七河": (((121.5050, 31.3468), (121.5113, 31.3447), (121.5126, 31.3435), (121.5127, 31.3425)),),
    "经一河": (
        ((121.4924, 31.3148), (121.4919, 31.3253), (121.4927, 31.3259)),
        ((121.4931, 31.3301), (121.4983, 31.3389), (121.5037, 31.3460)),
    ),
    "经二河": (((121.5059, 31.3276), (121.5054, 31.3295), (121.5061, 31.3341), (121.5071, 31.3355), (121.5089, 31.3363)),),
    "经三河": (
        (
            *((121.5144, 31.3256), (121.5157, 31.3295), (121.5160, 31.3327), (121.5187, 31.3371), (121.5192, 31.3392)),
            *((121.5211, 31.3411), (121.5241, 31.3410)),
        ),
    ),
}


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    """A WGS-84 shape in EPSG:4549."""
    return shapely.transform(shape, lambda xy: np.column_stack(project(xy[:, 0], xy[:, 1], METRIC_CRS)))


def in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """An EPSG:4549 shape in WGS-84, rounded to `DECIMALS`."""
    return shapely.transform(shape, lambda xy: degrees(xy).round(DECIMALS))


def degrees(metres: Floats) -> Floats:
    """Rows of easting and northing as rows of longitude and latitude."""
    return np.column_stack(unproject(metres[:, 0], metres[:, 1], METRIC_CRS))


def spot(lon: float, lat: float) -> Point:
    """A WGS-84 place as a point in EPSG:4549."""
    east, north = project(lon, lat, METRIC_CRS)
    return Point(float(east), float(north))


@cache
def boundary() -> Polygon:
    """The ring in EPSG:4549."""
    return in_metres(Polygon(RING))


@cache
def streets() -> dict[str, LineString]:
    """Street by name, in EPSG:4549, as far as it lies inside the ring; the longest piece when it leaves and comes back."""
    lines = {name: in_metres(LineString(line)).intersection(boundary()) for name, line in (*WEST_EAST, *SOUTH_NORTH)}
    return {name: max(shapely.get_parts(line), key=lambda part: part.length) for name, line in lines.items()}


@cache
def stations() -> MultiPoint:
    """The stations inside or near the ring, in EPSG:4549."""
    return MultiPoint([spot(lon, lat) for *_, lon, lat in STATIONS])
