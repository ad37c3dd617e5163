"""Runs a command whose standard output nobody reads: it has to end without a word."""
import os
import signal
import subprocess
import sys

reader, writer = os.pipe()
os.close(reader)
ended = subprocess.run(sys.argv[1:], stdout=writer, stderr=subprocess.PIPE, text=True)
if ended.stderr or ended.returncode != -signal.SIGPIPE:
    sys.exit(f"{' '.join(sys.argv[1:])} ended with {ended.returncode}: {ended.stderr}")
