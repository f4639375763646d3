"""What a role may not see, taken out of every answer before a page gets it: positions of sensitive layers, telephone numbers."""

from __future__ import annotations

import pandas as pd

from geo.layers import layers
from model.roles import Actor, Right


def veil(found: pd.DataFrame, actor: Actor) -> pd.DataFrame:
    """The answer without the features of sensitive layers and without officials' telephone numbers, unless the role may see them.

    Counts of a layer stay: they name no feature. `found` has `layer` and `code` where it names features, `…phone` where it tells numbers.
    """
    if not actor.may(Right.CAMERAS) and {"layer", "code"} <= set(found.columns):
        found = found[~found["layer"].isin(_sensitive())].reset_index(drop=True)
    if not actor.may(Right.PHONES):
        numbers = [name for name in found.columns if str(name).endswith("phone")]
        found = found.assign(**{name: pd.Series(None, index=found.index, dtype=found[name].dtype) for name in numbers})
    return found


def _sensitive() -> list[str]:
    return [key for key, layer in layers().items() if layer.sensitive]
