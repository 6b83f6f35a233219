#!/bin/sh
# The tests look at pages in Chromium and compile the LaTeX form. Where either is missing and this is a Debian system on
# which we may install, install it; elsewhere say which tests will be skipped.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
{ command -v pdflatex && kpsewhich amsmath.sty; } >/dev/null 2>&1 || missing="$missing texlive-latex-base texlive-latex-recommended"
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    run=""
    [ "$(id -u)" = 0 ] || run="sudo -n"
    echo "installing:$missing"
    $run apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "not found, so the tests that need them are skipped:$missing"
fi
