# 减负 jianfu。单独运行 make 显示说明。 `make` alone prints help.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build npm assets demo test lint unit race browser bench screens clean need-go need-node need-browser

DEMO_DIR    ?= data/demo
DEMO_UNITS  ?= 3000
DEMO_PORT   ?= 8080
BENCH_ROWS  ?= 10000000
GO_FOLDERS  := cmd etl queries dashboards internal
# Programs, tests and what lint reads are compiled alike, so that each package is compiled once.
export GOFLAGS := $(filter-out -trimpath,$(shell go env GOFLAGS 2>/dev/null)) -trimpath
# Tests collect garbage less often: it took a third of the time that they do not spend in the engine.
TEST := GOGC=200 go test

# What several goroutines share, as far as it can be tested without the engine: the race detector has no eyes in libchdb, and
# little memory beside it. With -short, tests are left out that ask for one thing after another.
RACE := ./cmd/... ./etl/reader/... ./internal/i18n/... ./internal/web/...

help: ## 显示本说明 · this help
	@echo "减负 jianfu"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1|\2/' | while IFS='|' read -r target text; do \
	    printf '  make %-8s %s\n' "$$target" "$$text"; done

build: need-go need-node npm assets ## 编译，得到 bin/jianfu · build bin/jianfu
	@mkdir -p bin
	go build -o bin/jianfu ./cmd/jianfu

npm: node_modules/.package-lock.json

# npm leaves this file when it is done, so an interrupted install is done again.
node_modules/.package-lock.json: package.json package-lock.json
	@echo "正在下载引擎、图表和地图（约 200 MB）… · downloading the engine, charts and maps"
	npm ci --no-audit --no-fund
	@touch $@

assets: npm need-node
	@node internal/web/assets.mjs

demo: build ## 生成示例省份，装载、测算，打开网页 · a sample province, loaded, recomputed and served
	@.ci/demo "$(DEMO_DIR)" "$(DEMO_UNITS)" "$(DEMO_PORT)"

test: build lint unit race browser ## 全部检查和测试 · every check and test

lint: need-go assets ## gofmt、go vet、staticcheck、deadcode
	@unformatted=$$(gofmt -l $(GO_FOLDERS)); if [ -n "$$unformatted" ]; then \
	    echo "以下文件未经 gofmt 整理 · not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	@dead=$$(go tool deadcode ./cmd/... ./internal/bench); if [ -n "$$dead" ]; then \
	    echo "以下函数没有程序使用 · no program uses these functions:"; echo "$$dead"; exit 1; fi

# The longest package begins first, so that the others run beside it and not before it. Lint has vetted them all.
unit: build
	@stores=$$(mktemp -d); trap 'rm -rf "$$stores"' EXIT; \
	    JIANFU_TEST_STORES=$$stores $(TEST) -vet=off -json -timeout 60m ./internal/web ./... | node .ci/slowest.mjs

race: need-go assets
	@if [ "$$(go env CGO_ENABLED)" != 1 ] || ! command -v "$$(go env CC | cut -d' ' -f1)" >/dev/null; then \
	    echo "缺少 C 编译器，跳过竞态检查 · no C compiler, the race detector is skipped: apt-get install gcc"; \
	    [ "$${CI:-}" = "" ] || exit 1; \
	else \
	    echo "go test -race"; CGO_ENABLED=1 $(TEST) -vet=off -race -short -timeout 20m $(RACE); \
	fi

browser: build need-browser
	@.ci/browser

bench: build ## 性能对比，BENCH_ROWS=60000000 可加大 · ratios against the bare engine
	go run ./internal/bench -rows $(BENCH_ROWS)

screens: build need-browser ## 重新截取文档中的图片 · take the pictures in docs/screens again
	@.ci/browser screens

clean: ## 删除编译结果和示例数据 · remove what was built, and the demo's data
	rm -rf bin coverage "$(DEMO_DIR)"

need-go:
	@command -v go >/dev/null || { echo "缺少 go（1.26 以上）· go 1.26 or newer is missing. 请安装后重试: https://go.dev/dl"; exit 1; }
	@go list -m >/dev/null 2>&1 || { echo "go 版本过低，需要 1.26 以上 · go is too old, 1.26 or newer is needed; this is $$(go env GOVERSION)"; exit 1; }

need-node:
	@command -v node >/dev/null && command -v npm >/dev/null || { \
	    echo "缺少 node 或 npm · node or npm is missing: apt-get install nodejs npm"; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' || { \
	    echo "node 版本过低，需要 18 以上 · node 18 or newer is needed; this is $$(node --version)"; exit 1; }

# The browser tests need a Chromium and a Chinese font. Root on a machine with apt gets them; anybody else is told.
need-browser: need-node
	@.ci/chromium
