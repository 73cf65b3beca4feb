from .common import BringHttpCase, message, order_response


class TestReceive(BringHttpCase):
    def test_accepted(self):
        answer = self.post(message("order_response", order_response("S1")))
        self.assertEqual(answer.status_code, 200, answer.text)
