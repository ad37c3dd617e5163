# The lit test format of this tree.
import lit.formats


class CheckedShTest(lit.formats.ShTest):
    """Fails a file whose CHECK lines nothing reads: such a test cannot fail."""

    def execute(self, test, lit_config):
        with open(test.getSourcePath(), encoding="utf-8", errors="replace") as file:
            text = file.read()
        if "CHECK" in text and "FileCheck" not in text:
            return lit.Test.Result(lit.Test.FAIL, "has CHECK lines but never runs FileCheck")
        return super().execute(test, lit_config)
