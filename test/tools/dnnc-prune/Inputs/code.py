"""Runs a command that has to end with a code: code.py CODE COMMAND..."""

import subprocess
import sys

code = subprocess.run(sys.argv[2:]).returncode
if code != int(sys.argv[1]):
    sys.exit(f"ended with {code}, need {sys.argv[1]}")
