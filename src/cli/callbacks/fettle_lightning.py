"""Writes a record for `fettle diagnose` from a training with Lightning.

    trainer = lightning.Trainer(callbacks=[FettleCallback()])
    trainer.fit(module, train_loader, dev_loader)
"""

try:
    from lightning.pytorch import Callback
    from lightning.pytorch.callbacks import EarlyStopping
except ImportError:
    from pytorch_lightning import Callback
    from pytorch_lightning.callbacks import EarlyStopping

from fettle_pytorch import FettleRecorder
from fettle_torch import Spy, captured_loss


class FettleCallback(Callback):
    """Put it last in the list of callbacks, so that it sees the weights that the others keep.

    The loss is the one that training_step calls; its loaders are those of the trainer.

    path: where the record goes, after each epoch and at the end.
    train, dev: (inputs, targets) or a Dataset or DataLoader of such pairs, in place of the trainer's loaders.
    loss_fn: function(outputs, targets), where training_step computes its loss without the functions of torch.
    forward: function(module, inputs) that gives the outputs that the loss reads; default module(inputs).
    task, classes, errors, overhead, every: as in FettleRecorder.
    """

    def __init__(self, path="fettle-record.json", *, train=None, dev=None, loss_fn=None, forward=None, **options):
        super().__init__()
        self.path, self.train, self.dev, self.loss_fn, self.forward, self.options = path, train, dev, loss_fn, forward, options
        self.recorder, self.spy, self.seen = None, None, 0

    def on_train_batch_start(self, trainer, module, batch, batch_idx):
        if self.recorder is None and self.spy is None and trainer.is_global_zero:
            self.spy = Spy().__enter__()

    def on_before_backward(self, trainer, module, loss):
        """Before the first step, when the loss is known, the recorder looks at the start."""
        if self.spy is None:
            return
        self.spy.__exit__(None, None, None)
        loss_fn = self.loss_fn or captured_loss(self.spy, loss)
        self.spy = None
        dev = self.dev or trainer.val_dataloaders or None
        if isinstance(dev, list) and self.dev is None:
            dev = dev[0]
        optimizer = trainer.optimizers[0] if trainer.optimizers else None
        self.recorder = FettleRecorder(
            module, loss_fn, optimizer, self.train or trainer.train_dataloader, dev,
            path=self.path, forward=self.forward, source="lightning", **self.options,
        )  # fmt: skip
        self.seen = trainer.global_step

    def on_after_backward(self, trainer, module):
        if self.recorder is not None:
            self.recorder.take_gradients()  # Lightning clips them later

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
        if self.spy is not None:  # there was no loss
            self.spy.__exit__(None, None, None)
            self.spy = None
        if self.recorder is None or trainer.global_step == self.seen:
            return  # gradients are still being summed up
        self.seen = trainer.global_step
        loss = outputs["loss"] if isinstance(outputs, dict) else outputs
        if loss is not None:
            self.recorder.step(loss)

    def on_train_epoch_end(self, trainer, module):
        if self.recorder is not None:
            self.recorder.epoch()

    def on_train_end(self, trainer, module):
        self.finish("early-stopped" if any(one.stopped_epoch > 0 for one in trainer.callbacks if isinstance(one, EarlyStopping)) else "finished")

    def on_exception(self, trainer, module, exception):
        if self.spy is not None:
            self.spy.__exit__(None, None, None)
            self.spy = None
        self.finish("stopped")

    def finish(self, status):
        if self.recorder is not None:
            self.recorder.finish(status)
            self.recorder = None
