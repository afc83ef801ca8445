"""Tiny image files that the library of the project cannot write, by Pillow 13: 8 x 8, left red and right blue.

python test/golden/make-image-files.py > test/fixtures/image-files.json
"""

import base64
import io
import json

import numpy as np
from PIL import Image

pixels = np.zeros((8, 8, 3), "uint8")
pixels[:, :4] = (200, 30, 30)
pixels[:, 4:] = (30, 30, 200)
image = Image.fromarray(pixels)
turned = Image.Exif()
turned[0x0112] = 6


def encoded(format, source=image, **options):
    file = io.BytesIO()
    source.save(file, format, **options)
    return base64.b64encode(file.getvalue()).decode()


several = {"save_all": True, "append_images": [image.rotate(90)]}
files = {
    "cmykJpeg": encoded("JPEG", image.convert("CMYK"), quality=95),
    "progressiveJpeg": encoded("JPEG", progressive=True, quality=95, subsampling=0),
    "gif": encoded("GIF"),
    "animatedWebp": encoded("WEBP", lossless=True, **several),
    "animatedPng": encoded("PNG", **several),
    "turnedWebp": encoded("WEBP", lossless=True, exif=turned),
    "turnedPng": encoded("PNG", exif=turned),
    "twoPageTiff": encoded("TIFF", compression="tiff_lzw", **several),
    "paletteTiff": encoded("TIFF", image.convert("P", palette=Image.Palette.ADAPTIVE, colors=2), compression="tiff_lzw"),
    "floatTiff": encoded("TIFF", Image.fromarray(np.ones((8, 8), "float32")), compression="tiff_lzw"),
}
print(json.dumps(files, indent=2))
