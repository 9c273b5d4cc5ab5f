"""What the environment decides. Read once, at import; the only reader of ``os.environ`` outside ``local/``."""

import os
from typing import Final

TABLE: Final = os.environ.get("LAUREL_TABLE", "laurel")
REGION: Final = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
FACE: Final = os.environ.get("LAUREL_FACE", "all")
"""Which routes this function serves: a key of ``chalicelib.api.faces.FACES``."""
STAGE: Final = os.environ.get("LAUREL_STAGE", "dev")
DUE_QUEUE: Final = os.environ.get("LAUREL_DUE_QUEUE", "laurel-due")
"""Name of the queue that carries members with something due to the workers."""
UPLOADS_QUEUE: Final = os.environ.get("LAUREL_UPLOADS_QUEUE", "laurel-uploads")
"""Name of the queue that carries what landed in the bucket."""
BUCKET: Final = os.environ.get("LAUREL_BUCKET", "laurel-uploads")
"""Where uploads land and pictures are kept."""
BUCKET_STYLE: Final = os.environ.get("LAUREL_BUCKET_STYLE", "path")
"""How the bucket is addressed: ``virtual`` (a host name of its own) in the cloud, ``path`` on a laptop."""
SCREEN: Final = os.environ.get("LAUREL_SCREEN", "local")
"""Who looks at pictures for what must not be shown: ``rekognition`` in the cloud, ``local`` on a laptop."""
COUPON_API_LOCAL: Final = os.environ.get("LAUREL_COUPON_API_LOCAL", "") == "yes"
"""Whether a coupon API may be on this machine and without TLS: for a laptop and tests, never in the cloud."""
FETCH_LOCAL: Final = os.environ.get("LAUREL_FETCH_LOCAL", "") == "yes"
"""Whether pictures and networks may be fetched from this machine and without TLS: for tests, never in the cloud."""
NETWORKS_BASE: Final = os.environ.get("LAUREL_NETWORKS_BASE", "")
"""Where social networks are asked instead of at their own hosts: a stand-in of tests; empty otherwise."""
DUE_SHARDS: Final = int(os.environ.get("LAUREL_DUE_SHARDS", "1"))
"""Partitions of each day in the due index: 256 in the cloud, 1 on a laptop."""
COUNTER_SHARDS: Final = int(os.environ.get("LAUREL_COUNTER_SHARDS", "1"))
"""Partitions of each daily counter of a site: 16 in the cloud, 1 on a laptop."""
SEAL: Final = os.environ.get("LAUREL_SEAL", "local")
"""How secrets are sealed at rest: ``kms`` in the cloud, ``local`` on a laptop."""
KMS_KEY: Final = os.environ.get("LAUREL_KMS_KEY", "alias/laurel")
SEAL_KEY_FILE: Final = os.environ.get("LAUREL_SEAL_KEY_FILE", ".laurel/seal.key")
"""Key of the local seal; made on first use, readable by its owner only."""
OCR: Final = os.environ.get("LAUREL_OCR", "rapid")
"""Who reads the words of receipts: ``textract`` in the cloud, ``rapid`` on a laptop."""
STREAM_ARN: Final = os.environ.get(
    "LAUREL_STREAM_ARN", "arn:aws:dynamodb:us-east-1:000000000000:table/laurel/stream/laurel"
)
"""ARN of the table's stream; the packaged template puts the real one in its place."""
