"""Errors a person may meet. Each message is a sentence or two: what was expected, what came, what to do."""


class PosecheckError(Exception):
    """Anything posecheck can explain. The command line and the app catch this class and nothing wider."""


class SourceError(PosecheckError):
    """A video, image folder or camera that cannot be read."""


class ModelError(PosecheckError):
    """A model file that is missing or not the one that was published."""


class EngineError(PosecheckError):
    """A pose engine that cannot start or was used out of order."""


class TrackError(PosecheckError):
    """Stored or imported landmarks that do not have the promised shape."""


class ExerciseError(PosecheckError):
    """An exercise that does not exist, or a TOML file that does not describe one."""


class SettingsError(PosecheckError):
    """A setting with a value that it does not take."""


class EditError(PosecheckError):
    """A correction that points at a repetition that is not there."""


class OutputError(PosecheckError):
    """A folder or file that cannot be written."""


class StoreError(PosecheckError):
    """A database, practice file or stored recording that cannot be opened, read or written."""


class ProgrammeError(PosecheckError):
    """A plan, a person's answers or a history that cannot be read, or a plan that goes beyond a cap."""


class BatchError(PosecheckError):
    """A study that cannot be read, or whose folder cannot be worked in."""
