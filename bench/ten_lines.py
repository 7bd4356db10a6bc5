"""The ten-line pyqtgraph window that ours is compared with: what anybody's first window costs. Own process."""

import numpy as np
import pyqtgraph as pg

app = pg.mkQApp("ten lines")
window = pg.PlotWidget(title="ten lines")
curve = window.plot(np.random.normal(size=1000))
timer = pg.QtCore.QTimer()
timer.timeout.connect(lambda: curve.setData(np.random.normal(size=1000)))
timer.start(33)
window.resize(1440, 900)
window.show()
app.exec()
