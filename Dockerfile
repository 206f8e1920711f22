# The service, and the command line. Two stages: what builds the wheel is not in the image.
#   docker build -t archguard .
#   docker run -p 8600:8600 -v archguard:/data archguard
FROM python:3.13-slim AS build
ARG VENV=/opt/archguard
WORKDIR /source
COPY pyproject.toml hatch_build.py requirements.lock README.md LICENSE ./
COPY archguard archguard
COPY api api
RUN python -m venv "$VENV" \
    && "$VENV/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
       --constraint requirements.lock ".[server,postgres]"

FROM python:3.13-slim
# git: `archguard check --rev`, `upload` and `backfill` read repositories with it.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 8600 --home-dir /data --create-home archguard
COPY --from=build /opt/archguard /opt/archguard
ENV PATH=/opt/archguard/bin:$PATH PYTHONUNBUFFERED=1
USER 8600
WORKDIR /data
VOLUME /data
EXPOSE 8600
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8600/healthz', timeout=2)"]
ENTRYPOINT ["archguard"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8600", "--database", "sqlite:////data/archguard.db"]
