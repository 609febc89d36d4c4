ARG PYTHON_VERSION=3.13
# The bytes of that tag, as @sha256:…; deploy/compose.yaml names them. Without it, the tag decides.
ARG BASE_DIGEST=
FROM python:${PYTHON_VERSION}-slim${BASE_DIGEST}

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    HOST=0.0.0.0 \
    PORT=8050 \
    DATA_DIR=/data

WORKDIR /app

# An environment of its own: nothing that the image's Python came with has to give way.
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
    --require-hashes --requirement requirements.txt

# A new volume takes the owner of the folder that it covers.
RUN useradd --uid 10001 --no-create-home nnbench && install -d -o nnbench -m 700 /data
VOLUME /data

COPY . .
RUN python -m engine.kernel

# Another value makes another image of the same sources.
ARG BUILT=
LABEL built=${BUILT}

USER 10001

EXPOSE 8050
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s CMD ["python", "-c", "import http.client, os; \
probe = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=2); \
probe.request('GET', '/healthz'); raise SystemExit(probe.getresponse().status != 200)"]

CMD ["python", "-m", "webapp"]
