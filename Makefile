.DEFAULT_GOAL := help
.PHONY: help build test format bench proof demo clean

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

build: ## Build everything, warnings as errors
	dotnet build Tutti.slnx --nologo

test: ## Build and run every test, as CI does
	./.ci/run

format: ## Put whitespace and style in order
	dotnet format Tutti.slnx

bench: ## Measure
	dotnet run -c Release --project bench/Tutti.Bench

proof: ## The long versions of the tests: simulation, fuzzing, crashes, landing, load (docs/PROOF.md)
	./scripts/proof

demo: ## See the whole of it on the sample shop: no key, no network
	./tutti demo

clean: ## Remove what was built
	rm -rf artifacts
