"""The practice session as it is led: what is shown and said next, given what the camera sees and the person answers.

Pure of screens, sockets and disks: events in, screens and words out, so a session replays from its poses and answers.
"""
