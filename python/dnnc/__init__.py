"""What of dnnc is naturally Python: tools that change ONNX models before they are compiled."""
