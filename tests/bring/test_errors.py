from bring.errors import BringError, MessageError, RefusedMessage


def test_an_error_names_place_value_and_reason() -> None:
    error = MessageError("is not a number", path="despatchAdvice[2]/quantity", value="abc")
    assert str(error) == "despatchAdvice[2]/quantity: 'abc' is not a number"
    assert (error.path, error.value, error.reason) == (
        "despatchAdvice[2]/quantity",
        "abc",
        "is not a number",
    )


def test_a_long_value_is_cut_off_in_the_words_only() -> None:
    error = MessageError("is not a number", value="x" * 500)
    assert str(error) == f"'{'x' * 80}…' is not a number"
    assert error.value == "x" * 500


def test_there_is_one_tree_of_errors() -> None:
    assert issubclass(RefusedMessage, MessageError)
    assert issubclass(MessageError, BringError)
    assert str(RefusedMessage("the body is empty")) == "the body is empty"
