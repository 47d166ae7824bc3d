print("sesscli")
