"""Pillow: each file decoded, turned by its EXIF, resized and put into one array; answers requests as ../../lib/peer.ts sends them.

usage: pillow.py full|draft      (draft: JPEG is decoded at an eighth, a quarter or half of its size where that is enough)
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL
from PIL import Image, ImageOps

draft = sys.argv[1] == "draft"
cores = len(os.sched_getaffinity(0))


def read(path, side):
    with Image.open(path) as image:
        if draft:
            image.draft("RGB", (side, side))
        image = ImageOps.exif_transpose(image).convert("RGB")
        if image.size != (side, side):
            image = ImageOps.fit(image, (side, side), Image.Resampling.BILINEAR)
        return np.asarray(image)


print(json.dumps({"ready": True, "about": {"pillow": PIL.__version__, "cores": str(cores)}}), flush=True)
with ThreadPoolExecutor(cores) as pool:
    for line in sys.stdin:
        request = json.loads(line)
        side = request["side"]
        start = time.perf_counter()
        files = [
            os.path.join(request["folder"], name, file)
            for name in ("a", "b")
            for file in sorted(os.listdir(os.path.join(request["folder"], name)))
        ]
        store = np.empty((len(files), side, side, 3), np.uint8)
        for row, pixels in enumerate(pool.map(lambda path: read(path, side), files)):
            store[row] = pixels
        ms = (time.perf_counter() - start) * 1000
        print(json.dumps({"ms": ms, "images": len(files), "bytes": store.size}), flush=True)
