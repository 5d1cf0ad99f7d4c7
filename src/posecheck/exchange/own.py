"""posecheck's own npz."""

from posecheck.trial import load_track, save_track


def read(path, hints):
    return load_track(path)


def write(target, result, track):
    save_track(target, track)
