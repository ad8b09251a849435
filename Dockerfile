# syntax=docker/dockerfile:1
FROM python:3.12-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=0 VIRTUAL_ENV=/opt/guardrails
WORKDIR /src
RUN pip install --no-cache-dir uv==0.13.9 && uv venv "$VIRTUAL_ENV"
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN uv pip sync --require-hashes requirements.lock
COPY guardrails guardrails
COPY policies policies
COPY rego rego
RUN uv pip install --no-deps .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home guardrails
COPY --from=build /opt/guardrails /opt/guardrails
ENV PATH="/opt/guardrails/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER guardrails
WORKDIR /workspace
VOLUME ["/workspace"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["guardrails"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
