#!/usr/bin/env bash
# Gradescope runs this once, as root, in the folder where it has unpacked the archive. What students wrote will run as
# another user, who cannot enter that folder, and finds NumPy alone in the folder beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
chmod -R go-rwx .

python=python3
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || python=python3.11
apt-get update -qq
apt-get install -y -qq "$python-venv" # and that Python
"$python" -m venv grading
grading/bin/pip install -q -r book/requirements-grading.txt
grading/bin/pip install -q --no-deps ./book
numpy=$(grading/bin/python -c 'import numpy; print(numpy.__version__)')
grading/bin/pip install -q --target ../child "numpy==$numpy"
