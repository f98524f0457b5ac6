#!/bin/sh
# A shell, a git hook, or any other CI. KTAP is what the kernel's own test tools read.
# Exit codes: 0 as expected, 1 a verdict differs, 2 an error, 125 inconclusive.
exec npx --no kcheck check specs --reporter text --reporter ktap=kcheck.ktap
