"""Pictures that came from outside, decoded within bounds and encoded anew before a view may show one.

What a view gets holds nothing but pixels: no metadata (a phone's place), no second format hidden behind the
first, no animation.
"""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from dapp.evidence.errors import BadImage

MAX_PIXELS: Final = 24_000_000
"""The most pixels that are decoded: a phone's picture, 100 MB in memory."""
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


def safe_picture(data: bytes, longest_side: int = 1600) -> bytes:
    """A picture anew, as PNG where it has transparency, else as JPEG; `longest_side` in pixels.

    Raises BadImage.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own bound warns where this one refuses
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise BadImage(reason=f"{width} × {height} pixels are more than {MAX_PIXELS:,}")
                image.draft("RGB", (longest_side, longest_side))
                image.load()
                upright = ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:
        raise BadImage(reason=f"it has more than {MAX_PIXELS:,} pixels") from error
    except UnidentifiedImageError as error:
        raise BadImage(reason="it isn't a PNG, JPEG, WebP or GIF picture") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, MemoryError) as error:
        raise BadImage(reason="it is damaged") from error
    upright.thumbnail((longest_side, longest_side))
    out = io.BytesIO()
    if upright.has_transparency_data:
        upright.convert("RGBA").save(out, "PNG", optimize=True)
    else:
        upright.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
