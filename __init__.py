from . import bring, controllers, models, wizards
