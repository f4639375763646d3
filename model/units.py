"""The unit grids that cases are counted in, and their numbers: cells (万米单元网格) of 100 m, squares of 200 m and of 1 km (公里网格)."""

from __future__ import annotations

# metres
CELL, BLOCK, SQUARE = 100, 200, 1_000
# a number is easting // side · 1,000,000 + northing // side, in metres of the metric CRS
ROWS = 1_000_000
# that of a square begins with its side, so that it is never taken for a cell
SIDES = ROWS * ROWS


def side_of(number: int) -> int:
    """The metres of the side of a cell or square."""
    return number // SIDES or CELL


def first_of(side: int) -> int:
    """What the numbers of that side begin with."""
    return 0 if side == CELL else side * SIDES


def abreast_in(side: int) -> int:
    """As many cells lie side by side in a square of that side."""
    return side // CELL


def cells_in(number: int) -> list[int]:
    """The cells of a square; of a cell itself."""
    if side_of(number) == CELL:
        return [number]
    abreast = abreast_in(side_of(number))
    column, row = (place * abreast for place in divmod(number % SIDES, ROWS))
    return [(column + east) * ROWS + row + north for east in range(abreast) for north in range(abreast)]
