"""Adapters between posecheck's landmarks and other programs that turn landmarks into angles or repetitions.

`clips` reads recordings with truth, `scoring` judges an answer; each other module is one peer. The scripts in
`inside` run in the peers' own virtual environments and import nothing of ours.
"""
