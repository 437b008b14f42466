"""Makes the Parquet files beside this file and parquet.json, what each row of them holds.

    python make_parquet.py        # with pyarrow 26.0.1, datasets 5.2.0 and Pillow 13.0.0

The pictures are drawn by formula. Digests are those of the encoded bytes as they were given to the writer.
"""

import hashlib
import io
import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

HERE = Path(__file__).parent
NAMES = ["ant", "bee", "wasp"]
expected = {}


def picture(number, form="PNG", width=12, height=8):
    image = Image.new("RGB", (width, height))
    image.putdata([((17 * number + 20 * x) % 256, (31 * y + 7 * number) % 256, (x * y + 5 * number) % 256)
                   for y in range(height) for x in range(width)])
    stream = io.BytesIO()
    image.save(stream, form, **({"quality": 90} if form == "JPEG" else {}))
    return stream.getvalue()


def note(name, images, labels=None, paths=None, **more):
    expected[name] = {
        "digests": [None if image is None else hashlib.sha256(image).hexdigest() for image in images],
        "labels": labels,
        "paths": paths,
        **more,
    }


def table(images, labels=None, paths=None, column="image", label_type=pa.int64(), others=()):
    struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    rows = [None if image is None and (paths is None or paths[i] is None)
            else {"bytes": image, "path": paths[i] if paths else None} for i, image in enumerate(images)]
    columns = {column: pa.array(rows, struct)}
    if labels is not None:
        columns["label"] = pa.array(labels, label_type)
    columns.update(others)
    return pa.table(columns)


def write(name, content, images, labels=None, paths=None, metadata=None, **options):
    if metadata is not None:
        content = content.replace_schema_metadata({"huggingface": metadata})
    pq.write_table(content, HERE / name, store_schema=metadata is not None, **options)
    note(name, images, labels, paths)


def features(names=NAMES):
    return json.dumps({"info": {"features": {
        "image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}}})


# As datasets writes them today: uncompressed and PLAIN, with a page index and content-defined chunks.
images = [picture(i, "JPEG" if i % 2 else "PNG") for i in range(6)]
paths = [f"{NAMES[i % 3]}_{i}.{'jpg' if i % 2 else 'png'}" for i in range(6)]
dataset = datasets.Dataset.from_dict(
    {"image": [{"bytes": image, "path": path} for image, path in zip(images, paths)], "label": [0, 1, 2, 0, 1, 2]},
    features=datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=NAMES)}))
dataset.to_parquet(HERE / "datasets.parquet", batch_size=4)
note("datasets.parquet", images, [0, 1, 2, 0, 1, 2], paths, classes=NAMES)

# As older versions wrote them, with images that repeat and so are entries of the dictionary.
images = [picture(i % 4) for i in range(10)]
labels = [i % 2 for i in range(10)]
write("snappy-dictionary.parquet", table(images, labels), images, labels, compression="snappy", use_dictionary=True)

# A dictionary that becomes too large: later pages of the column are PLAIN.
images = [picture(i) for i in range(12)]
labels = [i % 3 for i in range(12)]
write("fallback.parquet", table(images, labels, label_type=pa.int32()), images, labels, compression="snappy",
      use_dictionary=True, dictionary_pagesize_limit=400, data_page_size=400, write_batch_size=2)

# Several row groups and pages, gzip, and columns of other kinds on both sides.
images = [picture(20 + i, "JPEG") for i in range(11)]
labels = [i % 2 for i in range(11)]
others = {
    "boxes": pa.array([[[1.0, 2.0], [3.0]]] * 11),
    "caption": pa.array([f"caption {i}" for i in range(11)]),
    "objects": pa.array([[{"bytes": b"x", "id": i}] for i in range(11)]),
}
content = table(images, labels, [f"sub/{i}.jpg" for i in range(11)], others=others)
write("gzip-groups.parquet", content.select(["boxes", "image", "caption", "label", "objects"]), images, labels,
      [f"sub/{i}.jpg" for i in range(11)], compression="gzip", use_dictionary=False, row_group_size=4,
      data_page_size=300, write_batch_size=1, metadata=features(NAMES[:2]))

# Pages of version 2, compressed and not, with nulls.
images = [picture(40 + i) if i % 3 else None for i in range(9)]
labels = [i % 2 if i != 4 else None for i in range(9)]
for codec in ["snappy", "none"]:
    write(f"v2-{codec}.parquet", table(images, labels), images, labels, compression=codec, use_dictionary=["label"],
          data_page_version="2.0", data_page_size=300, write_batch_size=2)

# Images that are missing, one of them with a path; unlabelled ones.
images = [picture(50), None, picture(52), None]
write("nulls.parquet", table(images, [-1, -1, -1, -1], ["a.png", None, "c.png", "d.png"]), images, [-1] * 4,
      compression="none", use_dictionary=True)

# A plain binary column, without labels; paths that repeat; the name img; numbers of eight bits.
images = [picture(60 + i) for i in range(4)]
write("binary.parquet", pa.table({"image": pa.array(images, pa.binary())}), images, compression="none",
      use_dictionary=False)
write("img.parquet", table(images, [0, 1, 1, 0], ["a.png", "b.png", "a.png", "c.png"], "img", pa.int8()), images,
      [0, 1, 1, 0], compression="snappy", use_dictionary=False)
write("required.parquet", pa.table(
    {"image": pa.array(images, pa.binary()), "label": pa.array([0, 1, 0, 1])},
    pa.schema([pa.field("image", pa.binary(), False), pa.field("label", pa.int64(), False)])), images, [0, 1, 0, 1],
    compression="none", use_dictionary=["label"])

# A small set as on a hub, to train on: stripes and rings, in files that are compressed and others.
(HERE / "hub" / "data").mkdir(parents=True, exist_ok=True)


def drawing(number):
    shift, kind = number * 5 % 16, number % 2
    image = Image.new("L", (16, 16))
    image.putdata([((x if kind else abs(x - 8) + abs(y - 8)) * 40 + 16 * shift) % 256
                   for y in range(16) for x in range(16)])
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def part(name, start, count, **options):
    content = table([drawing(start + i) for i in range(count)], [(start + i) % 2 for i in range(count)],
                    [f"{start + i}.png" for i in range(count)])
    pq.write_table(content.replace_schema_metadata({"huggingface": features(["rings", "stripes"])}),
                   HERE / "hub" / "data" / name, **options)


part("train-00000-of-00002.parquet", 0, 24, compression="none", use_dictionary=["label"], row_group_size=10)
part("train-00001-of-00002.parquet", 24, 24, compression="snappy", data_page_size=1000, write_batch_size=4)
part("test-00000-of-00001.parquet", 48, 24, compression="snappy")
(HERE / "hub" / "README.md").write_text("# A small set, laid out as on a hub\n")

# What cannot be read.
few = table(images, [0, 1, 0, 1])
for codec in ["zstd", "brotli", "lz4"]:
    pq.write_table(few, HERE / f"bad-{codec}.parquet", compression=codec, store_schema=False)
pq.write_table(few, HERE / "bad-encoding.parquet", compression="none", use_dictionary=False,
               column_encoding={"label": "DELTA_BINARY_PACKED"}, store_schema=False)
pq.write_table(pa.table({"text": ["a", "b"], "image": ["a.png", "b.png"], "tags": [["x"], ["y"]]}),
               HERE / "bad-layout.parquet", store_schema=False)

(HERE / "parquet.json").write_text(json.dumps(expected, indent=1) + "\n")
