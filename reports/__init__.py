"""The bulletin (专报): one template, three files: Word, PDF and one long picture."""
