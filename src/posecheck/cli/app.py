"""``posecheck app``: the screens in the browser of this computer."""

import socket
import subprocess
import sys
from importlib import resources

import click


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--data", type=click.Path(file_okay=False), metavar="FOLDER",
    help="Where practice is kept.  [default: this user's data folder]",
)  # fmt: skip
@click.option("--browser/--no-browser", default=True, help="Open the browser.")
def app(port, data, browser):
    """Practise in front of this computer's camera, in its browser.

    Opens http://127.0.0.1:8501 and answers only on this computer: pictures go from the browser to this program and no
    further. Stop it with Ctrl-C; practice that was under way can be taken up again.

    \b
    Examples:
      posecheck app
      posecheck app --port 8600 --data ~/practice
    """
    import os

    if _taken(port):
        raise click.UsageError(
            f"Port {port} is taken: posecheck may be running already. Open http://127.0.0.1:{port} in the browser, or "
            "choose another with --port."
        )
    entry = resources.files("posecheck.app") / "entry.py"
    environment = {**os.environ, **({"POSECHECK_DATA": os.path.abspath(data)} if data else {})}
    command = [sys.executable, "-m", "streamlit", "run", str(entry)]
    for name, value in OPTIONS.items():
        command.append(f"--{name}={value}")
    command += [f"--server.port={port}", f"--server.headless={str(not browser).lower()}"]
    try:
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def _taken(port):
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


OPTIONS = {
    "server.address": "127.0.0.1",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "theme.base": "light",
    "theme.primaryColor": "#1f4e9e",
    "theme.backgroundColor": "#fbf7f0",
    "theme.secondaryBackgroundColor": "#efe8db",
    "theme.textColor": "#10294d",
}
"""As in .streamlit/config.toml of the repository, which `streamlit run app.py` reads; a test compares."""
