"""What an ERP sends: catalogue, places, prices, stock."""
